/** A service's dead letters or parked events: why, what, and what can be done. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post, segment } from "../data/api";
import type { Kept } from "../data/shop";
import { date, some } from "../format";
import { Careful } from "../ui/buttons";
import { JsonText } from "../ui/json";
import { Problem } from "../ui/messages";

type What = "dead-letters" | "parked";

const SHOWN = 100; // a page of the service's list

export function KeptList({ service, kept, number }: { service: string; kept: What; number: number }) {
  const path = `system/${segment(service)}/${kept}`;
  const items = useSignal<Kept[] | null>(null);
  const problem = useSignal<string | null>(null);
  const read = async () => {
    try {
      items.value = (await get<Kept[]>(path)).body;
    } catch (error) {
      problem.value = (error as Error).message;
    }
  };
  useEffect(() => {
    read();
  }, [path, number]);
  const act = async (item: Kept, what: "retry" | "discard") => {
    problem.value = null;
    try {
      await post(`${path}/${item.number}/${what}`);
    } catch (error) {
      problem.value = (error as Error).message;
    }
    await read();
  };
  return (
    <div class="kept">
      {problem.value && <Problem text={problem.value} />}
      <ul>
        {items.value?.map((item) => (
          <li key={item.number}>
            <p class="reason">{item.reason}</p>
            <p class="about">
              <code>{item.position}</code> <time dateTime={item.time}>{date(item.time)}</time>
            </p>
            <details>
              <summary>What it holds</summary>
              <JsonText value={item} />
            </details>
            <div class="actions">
              {kept === "parked" && (
                <button type="button" class="button small" onClick={() => act(item, "retry")}>
                  Retry
                </button>
              )}
              <Careful label="Discard" sure="Discard for good?" onDo={() => act(item, "discard")} />
            </div>
          </li>
        ))}
      </ul>
      {number > SHOWN && (
        <p class="footnote">
          The first {some(SHOWN, "one")} of {number}.
        </p>
      )}
    </div>
  );
}
