/**
 * Reads the settings from the environment: the one file in which `process.env` appears. Everything is checked before
 * anything starts, and all that is wrong is said at once.
 */
import { StartError } from '../bootstrap/start-error.js';
import { type RequirableSetting, type Setting, type Settings, settingsTable } from './table.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of which those named by `K` are certainly there. */
export type SettingsWith<K extends RequirableSetting> = Settings & { readonly [P in K]: NonNullable<Settings[P]> };

/** Settings are wrong or missing; one line for each. */
export class SettingsError extends StartError {
  override readonly name = 'SettingsError';
}

/**
 * @param require settings without a default that this service can't do without
 * @param env an empty variable counts as one that is not set
 * @throws SettingsError that names each variable
 */
export function loadSettings<K extends RequirableSetting = never>(
  require: readonly K[] = [],
  env: Environment = process.env,
): SettingsWith<K> {
  const wrong: string[] = [];
  const parsed = Object.entries<Setting<unknown>>(settingsTable).map(([name, setting]) => {
    const isRequired = (require as readonly string[]).includes(name);
    return [name, read(setting, isRequired, env[setting.variable]?.trim() ?? '', wrong)];
  });
  if (wrong.length > 0) throw new SettingsError(wrong.join('\n'));
  return Object.freeze(Object.fromEntries(parsed)) as SettingsWith<K>;
}

function read(setting: Setting<unknown>, isRequired: boolean, given: string, wrong: string[]): unknown {
  const text = given === '' ? setting.fallback : given;
  if (text === undefined) {
    if (isRequired) wrong.push(`${setting.variable} must be set${hintOf(setting)}`);
    return undefined;
  }
  const result = setting.schema.safeParse(text);
  if (result.success) return result.data;
  const found = setting.isSecret
    ? `; the value given has ${text.length}${hintOf(setting)}`
    : `, not ${JSON.stringify(text)}`;
  wrong.push(`${setting.variable} ${result.error.issues[0]?.message ?? 'is wrong'}${found}`);
  return undefined;
}

function hintOf({ hint }: Setting<unknown>): string {
  return hint === undefined ? '' : `; ${hint}`;
}
