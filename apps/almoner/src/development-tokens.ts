import { DevelopmentIssuer } from '#libs/access';
import { readSettings, SettingsError } from '#libs/platform';
import { Failure } from './command.js';

/**
 * The issuer of the tokens that the service on the same data accepts in development.
 * @throws Failure where tokens come from elsewhere, or for a wrong setting
 */
export async function openIssuer(env: Readonly<Record<string, string | undefined>>): Promise<DevelopmentIssuer> {
  const { production, oidc, dataDir } = settingsOf(env);
  if (production) throw new Failure('Development tokens are refused in production.');
  if (oidc) throw new Failure(`Tokens come from ${oidc.issuer}: OIDC_ISSUER is set.`);
  return DevelopmentIssuer.open(dataDir);
}

function settingsOf(env: Readonly<Record<string, string | undefined>>) {
  try {
    return readSettings(env);
  } catch (error) {
    if (error instanceof SettingsError) throw new Failure(error.message);
    throw error;
  }
}
