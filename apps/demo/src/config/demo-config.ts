// Where the demo finds the api, the gateway and a key: the api says so, if the demo is switched on there.

export interface DemoConfig {
  /** Address of the api; where this page comes from if it is empty. */
  readonly api: string;
  readonly gateway: string;
  readonly key: string;
}

/** @throws Error whose message says what to do */
export async function loadConfig(): Promise<DemoConfig> {
  const answer = await fetch(`${import.meta.env.BASE_URL}config.json`, { cache: 'no-store' });
  if (answer.status === 404 || answer.status === 403) throw new Error(switchedOff);
  if (!answer.ok) throw new Error(`The api answered ${answer.status} when it was asked for the demo's configuration.`);
  const { api, gateway, key } = (await answer.json()) as Partial<DemoConfig>;
  if (typeof gateway !== 'string' || typeof key !== 'string') throw new Error(switchedOff);
  return { api: api || window.location.origin, gateway, key };
}

const switchedOff =
  'The demo is switched off here, because it shows an API key to everybody who opens it. ' +
  'Run “npm start” on your own machine, or start the api with FANFARE_DEMO=true.';
