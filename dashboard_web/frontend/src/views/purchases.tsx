/** What was bought, the newest first, as it happens. */

import type { Purchase } from "../data/shop";
import { purchases } from "../data/touches";
import { Empty } from "../ui/messages";
import { FirstSteps } from "./first-steps";
import { ListView } from "./list-view";
import { ALL } from "./purchase-columns";

export function Purchases() {
  return (
    <ListView<Purchase>
      view="purchases"
      title="Purchases"
      columns={ALL}
      touches={purchases}
      sort=""
      empty={
        <Empty icon="purchases" title="No purchases yet">
          <FirstSteps of="purchases" />
        </Empty>
      }
    />
  );
}
