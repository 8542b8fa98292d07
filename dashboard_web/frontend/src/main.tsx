/** Starts the page. */

import { render } from "preact";
import { App } from "./app";
import { Dashboard, Shared } from "./dashboard";
import { applyTheme } from "./ui/theme";
import "./styles/index.css";

applyTheme();
const dashboard = new Dashboard();
dashboard.start();
render(
  <Shared.Provider value={dashboard}>
    <App />
  </Shared.Provider>,
  document.getElementById("app") as HTMLElement,
);
