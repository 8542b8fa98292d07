/** The services: how far each is, and what needs a person. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../data/api";
import type { Partition, ServiceState, Status } from "../data/shop";
import { Watched } from "../data/watched";
import { count, duration } from "../format";
import { Problem } from "../ui/messages";
import { shortTopic, Topic } from "../ui/topic";
import { Heading } from "./heading";
import { KeptList } from "./kept";

const EVERY = 2_000; // milliseconds

export function System() {
  const services = usePolled();
  const all = services.value.value;
  const ready = all?.filter((service) => service.status?.ready).length;
  return (
    <div class="overview">
      <Heading title="System" note={all ? `${ready} of ${all.length} ready` : ""} />
      {services.problem.value && <Problem text={services.problem.value.message} />}
      <div class="services">
        {all?.map((service) => (
          <Service key={service.name} service={service} />
        ))}
      </div>
    </div>
  );
}

function usePolled(): Watched<ServiceState[]> {
  const watched = useMemo(
    () => new Watched<ServiceState[]>(async (signal) => (await get<ServiceState[]>("system/", {}, signal)).body),
    [],
  );
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && watched.touch(), EVERY);
    return () => {
      clearInterval(timer);
      watched.close();
    };
  }, [watched]);
  return watched;
}

function Service({ service }: { service: ServiceState }) {
  const { status } = service;
  const look = status === null ? "down" : status.ready ? "ready" : "waiting";
  return (
    <section class="card service" aria-label={service.name}>
      <header>
        <h2>
          <i class={`dot ${look}`} aria-hidden="true" />
          {service.name}
        </h2>
        <code>{service.url}</code>
      </header>
      <p class={`state ${look}`}>
        {status === null ? `Does not answer: ${service.error}` : status.ready ? "Ready" : status.reasons.join("; ")}
      </p>
      {status && <Details service={service.name} status={status} />}
    </section>
  );
}

function Details({ service, status }: { service: string; status: Status }) {
  const behind = status.partitions.reduce((sum, partition) => sum + partition.end - partition.position, 0);
  const [opened, open] = useState<"dead-letters" | "parked" | null>(null);
  const toggle = (kept: "dead-letters" | "parked") => open(opened === kept ? null : kept);
  return (
    <>
      <dl class="figures">
        <Figure label="Records behind" value={count(behind)} bad={behind > 0} />
        <Figure label="Seconds behind" value={lag(status, behind)} bad={(status.lag_seconds ?? 99) > 10} />
        <Figure label="Repairs waiting" value={waitingRepairs(status)} bad={status.oldest_repair_seconds > 60} />
        <Figure label="Unreadable" value={count(status.unreadable)} bad={status.unreadable > 0} />
      </dl>
      <Partitions partitions={status.partitions} entities={status.entities} />
      <div class="needs">
        <Needs
          label="Parked events"
          number={status.parked}
          open={opened === "parked"}
          onClick={() => toggle("parked")}
        />
        <Needs
          label="Dead letters"
          number={status.dead_letters}
          open={opened === "dead-letters"}
          onClick={() => toggle("dead-letters")}
        />
      </div>
      {opened && (
        <KeptList
          key={opened}
          service={service}
          kept={opened}
          number={opened === "parked" ? status.parked : status.dead_letters}
        />
      )}
    </>
  );
}

function lag(status: Status, behind: number): string {
  if (status.lag_seconds === null) return "–";
  return behind === 0 ? "0 s" : duration(status.lag_seconds);
}

function waitingRepairs(status: Status): string {
  const number = count(status.repairs_waiting);
  return status.repairs_waiting ? `${number}, oldest ${duration(status.oldest_repair_seconds)}` : number;
}

function Figure({ label, value, bad }: { label: string; value: string; bad: boolean }) {
  return (
    <div class={bad ? "bad" : ""}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Needs(props: { label: string; number: number; open: boolean; onClick: () => void }) {
  if (props.number === 0 && !props.open) {
    return (
      <span class="none">
        {props.label} <b>0</b>
      </span>
    );
  }
  return (
    <button type="button" class="button small attention" aria-expanded={props.open} onClick={props.onClick}>
      {props.label} <b>{count(props.number)}</b>
    </button>
  );
}

function Partitions({ partitions, entities }: { partitions: readonly Partition[]; entities: Record<string, number> }) {
  const topics = [...new Set(partitions.map((partition) => partition.topic))];
  return (
    <ul class="partitions">
      {topics.map((topic) => (
        <li key={topic}>
          <Topic name={shortTopic(topic)} />
          <span class="cells">
            {partitions
              .filter((partition) => partition.topic === topic)
              .map((partition) => (
                <Cell key={partition.partition} {...partition} />
              ))}
          </span>
          <small>{count(entities[shortTopic(topic)] ?? 0)} entities</small>
        </li>
      ))}
    </ul>
  );
}

function Cell({ partition, position, end }: Partition) {
  const done = end === 0 ? 100 : Math.floor((position / end) * 100);
  return (
    <span
      class={`cell ${position < end ? "behind" : ""}`}
      title={`Partition ${partition}: ${count(position)} of ${count(end)}`}
    >
      <small>p{partition} </small>
      <b>{count(position)}</b>
      {position < end && <small> of {count(end)}</small>}
      <i class="bar" aria-hidden="true" style={{ width: `${done}%` }} />
    </span>
  );
}
