/** The page's frame: where one can go, whether it is live, and the view that the address names. */

import { useEffect } from "preact/hooks";
import { useDashboard } from "./dashboard";
import { href, type Route, VIEWS, type View } from "./routes";
import { Badge } from "./ui/badge";
import { Icon, Mark } from "./ui/icons";
import { ThemeButton } from "./ui/theme";
import { Customers } from "./views/customers";
import { EntitySheet } from "./views/entity";
import { EventSheet } from "./views/event";
import { Log } from "./views/log";
import { Products } from "./views/products";
import { Purchases } from "./views/purchases";
import { Sales } from "./views/sales";
import { System } from "./views/system";

const PAGES: Record<View, { title: string; page: () => preact.JSX.Element }> = {
  sales: { title: "Sales", page: Sales },
  customers: { title: "Customers", page: Customers },
  products: { title: "Products", page: Products },
  purchases: { title: "Purchases", page: Purchases },
  log: { title: "Log", page: Log },
  system: { title: "System", page: System },
};

export function App() {
  const { router, live } = useDashboard();
  const route = router.route.value;
  const { title, page: Page } = PAGES[route.view];
  useEffect(() => {
    document.title = `${title} · Foldline`;
  }, [title]);
  return (
    <div class="frame">
      <button type="button" class="skip" onClick={toMain}>
        Skip to the content
      </button>
      <aside class="side">
        <a class="brand" href={href("sales")} aria-label="Foldline, the shop">
          <Mark />
          <span>
            Foldline<small>the shop</small>
          </span>
        </a>
        <nav aria-label="Views">
          {VIEWS.map((view) => (
            <a key={view} href={href(view)} class={view} aria-current={view === route.view ? "page" : undefined}>
              <Icon name={view} />
              <span>{PAGES[view].title}</span>
            </a>
          ))}
        </nav>
        <div class="foot">
          <Badge state={live.state.value} />
          <ThemeButton />
        </div>
      </aside>
      <main id="main" tabIndex={-1} class={route.view}>
        <Page key={route.view} />
      </main>
      <Opened route={route} />
    </div>
  );
}

/** What is open above the view. */
function Opened({ route: { view, rest } }: { route: Route }) {
  const [first, second, third] = rest;
  if (first === undefined) return null;
  if (view === "customers" || view === "products" || view === "purchases") {
    return <EntitySheet key={view + first} kind={view} id={first} tab={second} />;
  }
  if (view === "log" && second !== undefined && third !== undefined) {
    return <EventSheet key={third} topic={first} id={second} position={third} />;
  }
  return null;
}

function toMain(): void {
  document.getElementById("main")?.focus();
}
