import type { ScriptsAnswer } from '@fanfare/contracts';
import { useQuery } from '@tanstack/react-query';
import { compact, counted } from '../format/numbers';
import { Time } from '../format/time';
import { Facts } from '../page/facts';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { scriptsNow } from './queries';
import { ScriptsTable } from './scripts-table';

export default function ScriptsPage() {
  const query = useQuery(scriptsNow());
  return (
    <Page
      title="Scripts"
      lead="The Lua scripts that do the work in Redis. The time of a call is what its caller saw: waiting, way and retries included."
    >
      <Loaded query={query} lines={8}>
        {(answer) => (
          <>
            <Panel
              title="Scripts"
              aside={
                <>
                  counted since <Time at={answer.countedSince} />
                </>
              }
            >
              <ScriptsTable scripts={[...answer.scripts]} />
            </Panel>
            <Panel title="What Redis itself counts">
              <Primaries primaries={answer.primaries} total={answer.scripts.length} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Primaries({ primaries, total }: Pick<ScriptsAnswer, 'primaries'> & { readonly total: number }) {
  return (
    <Facts
      facts={primaries.map(({ address, loaded, calls, microsPerCall }) => ({
        name: address,
        value: `${loaded} of ${counted(total, 'script')} loaded · ${compact(calls)} calls · ${microsPerCall.toFixed(1)} µs a call`,
      }))}
    />
  );
}
