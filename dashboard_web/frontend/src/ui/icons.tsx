/** A few line icons, drawn on a grid of 20. */

const PATHS = {
  sales: "M3 16.5h14M5.5 13V9.5M10 13V4M14.5 13V7",
  customers: "M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.6-3 3-4.5 6-4.5s5.400 1.500 6 4.500",
  products: "m10 3 6.500 3.500v7L10 17l-6.500-3.500v-7L10 3Zm0 0v0m-6.300 3.700L10 10l6.300-3.300M10 10v6.800",
  purchases: "M5 3.500h10v13l-2.500-1.500L10 16.500 7.500 15 5 16.500v-13ZM7.800 7.500h4.400M7.800 10.500h4.400",
  log: "M3.500 5h1M7.500 5h9M3.500 10h1M7.500 10h9M3.500 15h1M7.500 15h9",
  system: "M4 4h12v4.500H4V4Zm0 7.500h12V16H4v-4.500ZM6.800 6.250h.01M6.800 13.750h.01",
  search: "M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11Zm4-1.500 3.500 3.500",
  pause: "M7 4.500v11M13 4.500v11",
  play: "M6.500 4.500v11l9-5.500-9-5.500Z",
  close: "m5 5 10 10M15 5 5 15",
  link: "M8.500 11.500a3 3 0 0 0 4.300 0l2.600-2.600a3 3 0 0 0-4.300-4.300L10 5.700m1.500 2.800a3 3 0 0 0-4.300 0l-2.600 2.600a3 3 0 0 0 4.300 4.300L10 14.300",
  sun: "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 2v1.500m0 13V18m8-8h-1.500m-13 0H2m13.660-5.660-1.060 1.060m-9.200 9.200-1.060 1.060m11.320 0-1.060-1.060m-9.200-9.200L4.340 4.340",
  moon: "M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300Z",
  auto: "M10 3a7 7 0 1 0 0 14V3Zm0 0a7 7 0 0 1 0 14",
  chart: "M3 14.500 7.500 9l3.500 3 6-7",
  table: "M3.500 4.500h13v11h-13v-11Zm0 3.700h13M8.500 4.500v11",
  arrow: "M4.500 10h11m-4-4 4 4-4 4",
  up: "M10 15.500v-11m-4 4 4-4 4 4",
  check: "m4.500 10.500 3.500 3.500 7.500-8",
  alert: "M10 6.500v4m0 3h.01M10 2.800 17.800 16.500H2.200L10 2.800Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M3 9.500 12 5v13.500L3 23z" class="products" />
      <path d="m12 5 8 4.500V23l-8-4.500z" class="customers" />
      <path d="M20 9.500 29 5v13.500L20 23z" class="purchases" />
      <path d="M3 27h26" class="ground" />
    </svg>
  );
}
