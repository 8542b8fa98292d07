/** What is said where there is nothing to show. */

import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icons";

export function Problem({ text, again }: { text: string; again?: () => void }) {
  return (
    <div class="message problem" role="alert">
      <Icon name="alert" />
      <p>{text}</p>
      {again && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="message empty">
      <span class="emblem">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
