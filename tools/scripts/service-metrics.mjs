// How often and how long services called each script, from their /metrics: Redis itself counts EVALSHA only as a whole.

const ANSWER_MS = 1000;
const SAMPLE = /^fanfare_script_call_seconds_(sum|count)\{([^}]*)\} (\S+)$/gm;

/** @typedef {{ calls: number, seconds: number }} CallSum */

/**
 * @param {readonly string[]} urls
 * @returns {Promise<{ asked: number, byScript: Map<string, CallSum> }>} `asked`: how many answered
 */
export async function serviceCalls(urls) {
  const pages = (await Promise.all(urls.map(metricsPage))).filter((page) => page !== undefined);
  /** @type {Map<string, CallSum>} */
  const byScript = new Map();
  for (const page of pages) {
    for (const [, what, labels = '', value] of page.matchAll(SAMPLE)) {
      const script = /script="([^"]*)"/.exec(labels)?.[1] ?? '';
      const sum = byScript.get(script) ?? { calls: 0, seconds: 0 };
      if (what === 'count') sum.calls += Number(value);
      else sum.seconds += Number(value);
      byScript.set(script, sum);
    }
  }
  return { asked: pages.length, byScript };
}

/** @param {string} url @returns {Promise<string | undefined>} */
async function metricsPage(url) {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return answer.ok ? await answer.text() : undefined;
  } catch {
    return undefined;
  }
}
