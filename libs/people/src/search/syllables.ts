/** The syllables of Mandarin in letters, without tones; ü is written v. Source: GB/T 16159, 新华字典 */
const table = `
  a ai an ang ao ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu ca cai can cang cao ce cen ceng cha chai
  chan chang chao che chen cheng chi chong chou chu chua chuai chuan chuang chui chun chuo ci cong cou cu cuan cui cun cuo
  da dai dan dang dao de dei den deng di dia dian diao die ding diu dong dou du duan dui dun duo e ei en eng er fa fan fang
  fei fen feng fo fou fu ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ha hai han hang
  hao he hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue
  jun ka kai kan kang kao ke kei ken keng kong kou ku kua kuai kuan kuang kui kun kuo la lai lan lang lao le lei leng li lia
  lian liang liao lie lin ling liu lo long lou lu luan lun luo lv lve lyu lyue ma mai man mang mao me mei men meng mi mian
  miao mie min ming miu mo mou mu na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nou nu
  nuan nuo nv nve nyu nyue o ou pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu qi qia qian qiang qiao
  qie qin qing qiong qiu qu quan que qun ran rang rao re ren reng ri rong rou ru rua ruan rui run ruo sa sai san sang sao se
  sen seng sha shai shan shang shao she shei shen sheng shi shou shu shua shuai shuan shuang shui shun shuo si song sou su
  suan sui sun suo ta tai tan tang tao te tei teng ti tian tiao tie ting tong tou tu tuan tui tun tuo wa wai wan wang wei wen
  weng wo wu xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yo yong you yu
  yuan yue yun za zai zan zang zao ze zei zen zeng zha zhai zhan zhang zhao zhe zhei zhen zheng zhi zhong zhou zhu zhua
  zhuai zhuan zhuang zhui zhun zhuo zi zong zou zu zuan zui zun zuo`;

/** Every syllable there is. */
export const syllables: ReadonlySet<string> = new Set(table.trim().split(/\s+/));
const longest = Math.max(...[...syllables].map(({ length }) => length));
const starts: ReadonlySet<string> = new Set(
  [...syllables].flatMap((syllable) => Array.from(syllable, (_, end) => syllable.slice(0, end + 1))),
);

/** How many ways to divide one text are followed up: `xian` is one syllable or two. */
const MOST_WAYS = 5;
/** Longer texts are no names. */
const MOST_LETTERS = 60;

/**
 * The ways to divide letters into whole syllables, those with fewer first. With `open`, the last syllable may only have
 * begun: `lixiaom`. Such ways come after the others.
 */
export function divisionsOf(letters: string, { open }: { readonly open: boolean }): readonly (readonly string[])[] {
  if (letters.length > MOST_LETTERS) return [];
  const ways: (readonly (readonly string[])[])[] = [[[]]];
  const endingAt = (end: number, isPiece: (piece: string) => boolean) =>
    Array.from({ length: Math.min(longest, end) }, (_, less) => end - less - 1)
      .map((start) => ({ start, piece: letters.slice(start, end) }))
      .filter(({ piece }) => isPiece(piece))
      .flatMap(({ start, piece }) => (ways[start] ?? []).map((before) => [...before, piece]))
      .sort((a, b) => a.length - b.length)
      .slice(0, MOST_WAYS);
  for (let end = 1; end <= letters.length; end++) ways.push(endingAt(end, (piece) => syllables.has(piece)));
  const begun = open ? endingAt(letters.length, (piece) => starts.has(piece) && !syllables.has(piece)) : [];
  return [...(letters === '' ? [] : (ways[letters.length] ?? [])), ...begun].slice(0, MOST_WAYS);
}

/** Letters as whole syllables where there are any and single initials where not: `wangxm` is wang, x, m. The fewest pieces win. */
export function abbreviationOf(letters: string): readonly string[] {
  if (letters.length > MOST_LETTERS) return [];
  const best: (readonly string[] | undefined)[] = [[]];
  for (let end = 1; end <= letters.length; end++) {
    for (let size = Math.min(longest, end); size > 0; size--) {
      const piece = letters.slice(end - size, end);
      const before = best[end - size];
      if (before === undefined || (size > 1 && !syllables.has(piece))) continue;
      const known = best[end];
      if (known === undefined || before.length + 1 < known.length) best[end] = [...before, piece];
    }
  }
  return best[letters.length] ?? [];
}
