/** Buttons that several views have. */

import { useState } from "preact/hooks";
import { Icon } from "./icons";

export function Pause({ paused, onChange }: { paused: boolean; onChange: (paused: boolean) => void }) {
  return (
    <button type="button" class="button pause" aria-pressed={paused} onClick={() => onChange(!paused)}>
      <Icon name={paused ? "play" : "pause"} />
      <span>{paused ? "Resume" : "Pause"}</span>
    </button>
  );
}

interface Choice<T extends string> {
  value: T;
  label: string;
}

/** One of a few. */
export function Choices<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend class="unseen">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <label key={value} class={value === props.value ? "chosen" : ""}>
          <input
            class="unseen"
            type="radio"
            name={props.label}
            checked={value === props.value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** Asks once more before it does what cannot be undone. */
export function Careful({ label, sure, onDo }: { label: string; sure: string; onDo: () => void }) {
  const [asked, ask] = useState(false);
  return (
    <button
      type="button"
      class={`button small ${asked ? "danger" : ""}`}
      onClick={() => (asked ? onDo() : ask(true))}
      onBlur={() => ask(false)}
    >
      {asked ? sure : label}
    </button>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  const [copied, tell] = useState(false);
  return (
    <button
      type="button"
      class="button small"
      onClick={() => navigator.clipboard?.writeText(text).then(() => tell(true))}
      onBlur={() => tell(false)}
    >
      <Icon name={copied ? "check" : "link"} />
      {copied ? "Copied" : label}
    </button>
  );
}
