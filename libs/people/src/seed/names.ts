import type { Identity, Sex } from '../domain/person.facts.js';
import { at, weighted, type Random } from './random.js';

/** A made-up name: what of an identity it gives, and what a child inherits. */
export interface MadeUpName extends Pick<Identity, 'name' | 'otherName'> {
  readonly surname: string;
}

const perMille = (text: string) =>
  weighted(
    text.split(' ').map((entry) => {
      const [, surname = '', weight = '0'] = /^(\D+)(\d+)$/.exec(entry) ?? [];
      return [surname, Number(weight)] as const;
    }),
  );

/** Surnames by how common they are, in about ten thousandths; some of two characters, some that are read in an uncommon way. */
const surnames = perMille(
  '王710 李700 张674 刘511 陈461 杨314 黄229 赵221 吴206 周202 徐146 孙145 马130 朱126 胡125 郭119 何115 林114 高108 罗107 ' +
    '郑89 梁84 谢76 宋74 唐72 许66 邓66 韩65 冯65 曹60 彭59 曾58 肖57 田52 董49 潘48 袁48 蔡47 蒋47 余46 于45 杜45 叶42 ' +
    '程41 魏40 苏39 吕38 丁37 任36 卢36 姚35 沈35 钟34 姜33 崔32 谭32 陆31 范31 汪30 廖29 石28 金27 贾26 夏25 韦25 付24 ' +
    '方24 邹24 熊23 白23 孟22 秦22 邱21 侯20 江20 尹19 薛19 闫18 段17 雷17 龙16 黎16 史15 陶15 贺15 毛14 郝14 顾13 龚13 ' +
    '邵13 万12 覃12 武12 钱11 戴11 严10 莫10 孔10 向9 汤9 欧阳7 单4 仇3 解3 盖2 查2 区2 缪2 上官2 司马1 诸葛1 令狐1',
);

type Era = 'old' | 'middle' | 'young' | 'new';
const eraOf = (year: number): Era => (year < 1960 ? 'old' : year < 1985 ? 'middle' : year < 2002 ? 'young' : 'new');

/** Characters of given names by sex and time of birth. */
const given: Readonly<Record<Sex, Readonly<Record<Era, readonly string[]>>>> = {
  female: {
    old: [...'秀英桂兰珍凤玉梅莲菊娥翠香云芝春花金淑贞月喜满冬'],
    middle: [...'丽艳芳红霞敏静燕萍玲娟琴英华群辉利建小晓春秋梅云'],
    young: [...'婷莉倩雪佳慧颖琳娜丹欣璐蓉薇洁媛思梦雅晶莎园圆'],
    new: [...'梓涵欣怡诗雨可馨语萱若妍子彤一诺芷晗依沐宸悦心予'],
  },
  male: {
    old: [...'德福贵生财发根国才明光华胜云祥清松庭长富有仁义春'],
    middle: [...'建国军伟强勇平斌辉明海波志刚文武新华峰利民卫东小'],
    young: [...'鹏浩杰磊超涛宇俊凯翔飞博晨阳帆旭健龙晓亮嘉佳航'],
    new: [...'梓轩浩宇子涵俊熙宸睿一博泽奕辰铭梁皓沐霖予安承佑'],
  },
};

/** Characters that sound alike, as they are mistaken for each other when somebody writes down what they hear. */
const homophones: readonly string[] = [
  '张章',
  '肖萧',
  '付傅',
  '余于俞',
  '江姜',
  '程成',
  '徐许',
  '邱丘',
  '小晓',
  '丽利莉',
  '华花',
  '英莹',
  '兰岚',
  '梅美',
  '芳方',
  '红洪鸿',
  '静婧',
  '燕艳',
  '国果',
  '明铭',
  '辉晖慧惠',
  '军君俊',
  '伟维薇',
  '志智',
  '刚钢',
  '生声胜',
  '云芸',
  '玉裕宇雨',
  '秀绣',
  '春椿',
  '佳嘉家',
  '圆园媛',
  '梓子紫',
  '涵晗',
  '浩皓',
  '轩萱',
  '沐木',
  '辰晨宸',
];

/** Peoples whose names are of another kind; all others have names like those of the Han. Codes: GB/T 3304 */
const ownNames: Readonly<Record<string, (random: Random, sex: Sex, inherited?: string) => MadeUpName>> = {
  '04': (random, sex) => {
    const [first, last] = [random.pick(tibetan.either), random.pick(tibetan[sex])];
    return { name: first[0] + last[0], otherName: `${first[1]} ${last[1]}`, surname: '' };
  },
  '05': (random, sex, father) => {
    const [own, of] = [random.pick(uyghur[sex]), father ?? random.pick(uyghur.male).join(' ')];
    const [zh = '', latin = ''] = of.split(' ');
    return { name: `${own[0]}·${zh}`, otherName: `${own[1]} ${latin}`, surname: sex === 'male' ? own.join(' ') : of };
  },
};

type Word = readonly [chinese: string, latin: string];

const tibetan: Readonly<Record<Sex | 'either', readonly Word[]>> = {
  either: [
    ['扎西', 'Tashi'],
    ['次仁', 'Tsering'],
    ['洛桑', 'Lobsang'],
    ['丹增', 'Tenzin'],
    ['索朗', 'Sonam'],
    ['格桑', 'Kelsang'],
  ],
  female: [
    ['卓玛', 'Dolma'],
    ['央金', 'Yangchen'],
    ['德吉', 'Dekyi'],
    ['拉姆', 'Lhamo'],
  ],
  male: [
    ['多吉', 'Dorje'],
    ['平措', 'Phuntsok'],
    ['旺堆', 'Wangdu'],
    ['顿珠', 'Dhondup'],
  ],
};

const uyghur: Readonly<Record<Sex, readonly Word[]>> = {
  female: [
    ['阿依古丽', 'Aygul'],
    ['热依汗', 'Reyhan'],
    ['帕提古丽', 'Patigul'],
    ['祖丽菲娅', 'Zulfiya'],
    ['迪丽努尔', 'Dilnur'],
  ],
  male: [
    ['买买提', 'Memet'],
    ['艾力', 'Eli'],
    ['吐尔逊', 'Tursun'],
    ['阿不都拉', 'Abdulla'],
    ['努尔', 'Nur'],
    ['肉孜', 'Rozi'],
  ],
};

/** Peoples, in thousandths, as in a mountain county of Hunan. Codes: GB/T 3304 */
const peoples = weighted([
  ['01', 850],
  ['15', 45],
  ['06', 35],
  ['12', 20],
  ['13', 25],
  ['03', 5],
  ['08', 8],
  ['11', 4],
  ['05', 5],
  ['04', 3],
]);

/** The people that somebody belongs to, by the code of the national list. */
export const peopleOf = (random: Random): string => random.choose(peoples);

/** Makes up a name as people of that sex and time have; `surname` is what a parent's {@link MadeUpName} hands on. */
export function makeUpName(
  random: Random,
  { sex, birthYear, people, surname }: { sex: Sex; birthYear: number; people: string; surname?: string | undefined },
): MadeUpName {
  const own = ownNames[people];
  if (own) return own(random, sex, surname === '' ? undefined : surname);
  const inherited =
    surname === undefined || surname === '' || surname.includes(' ') ? random.choose(surnames) : surname;
  const characters = given[sex][eraOf(birthYear)];
  const last = random.pick(characters);
  return { name: inherited + (random.chance(820) ? random.pick(characters) : '') + last, surname: inherited };
}

/** The name with one character that sounds the same; undefined where none of its characters has another. */
export function misheard(random: Random, name: string): string | undefined {
  const characters = [...name];
  const places = characters.flatMap((character, place) =>
    homophones.some((group) => group.includes(character)) ? [place] : [],
  );
  if (places.length === 0) return undefined;
  const place = random.pick(places);
  const character = at(characters, place);
  const others = [...(homophones.find((group) => group.includes(character)) ?? '')].filter((one) => one !== character);
  return characters.with(place, random.pick(others)).join('');
}
