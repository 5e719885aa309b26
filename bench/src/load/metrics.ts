/** A service's own metrics, as an operator would read them. */
export async function scrape(url: string): Promise<(name: string) => number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return (name) => Number(new RegExp(`^${name}(?:{[^}]*})? ([\\d.e+-]+)$`, 'm').exec(page)?.[1] ?? NaN);
}
