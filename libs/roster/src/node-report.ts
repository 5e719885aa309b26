/**
 * What a gateway says of itself for operators. Kept as JSON beside the node's lease, and gone with it; one of a gateway of
 * another version may lack fields, or have more.
 */
import { reportedNode, type ReportedNode } from '@fanfare/contracts';

/** Messages by the upper bound of their age in ms; `older` for those beyond all bounds. */
export type AgeCounts = NonNullable<ReportedNode['ages']>;

const known = reportedNode.catch({});

/** Empty for what is none. */
export function readReport(json = '{}'): ReportedNode {
  try {
    return known.parse(JSON.parse(json));
  } catch {
    return {};
  }
}
