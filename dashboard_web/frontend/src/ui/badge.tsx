/** Whether what is shown is what is. */

import type { LinkState } from "../live/connection";

const WORDS: Record<LinkState, [string, string]> = {
  connecting: ["Connecting", "Waiting for the dashboard."],
  live: ["Live", "Every change is shown as it happens."],
  reconnecting: ["Reconnecting", "The connection was lost; nothing will be missed once it is back."],
  stale: ["Stale", "There has been no connection for a while: what is shown may be old."],
  ended: ["Signed out", "Load the page again to sign in."],
};

export function Badge({ state }: { state: LinkState }) {
  const [word, meaning] = WORDS[state];
  return (
    <span class={`badge ${state}`} role="status" title={meaning}>
      <i class="dot" aria-hidden="true" />
      {word}
      <span class="unseen">. {meaning}</span>
    </span>
  );
}
