/** How the first of a kind is made. */

import { useCallback } from "preact/hooks";
import { useWatched } from "../data/hooks";
import type { ServiceState } from "../data/shop";
import { Copy } from "../ui/buttons";

type Kind = "products" | "customers" | "purchases";

const EXAMPLES: Record<Kind, object> = {
  products: { name: "Earl Grey", price: 7.5 },
  customers: { firstName: "Ada", lastName: "Byron" },
  purchases: { productId: "PRODUCT_ID", customerId: "CUSTOMER_ID", total: 15 },
};

export function FirstSteps({ of }: { of: Kind }) {
  const services = useWatched<ServiceState[]>(
    "system/",
    {},
    useCallback(() => false, []),
  );
  const url = services.value.value?.find((service) => service.name === of)?.url ?? "";
  const line = `curl ${url}/${of} -H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLES[of])}'`;
  return (
    <>
      <p>Make the first {of.slice(0, -1)} in a terminal, and watch it arrive here:</p>
      <pre class="command">{line}</pre>
      <Copy text={line} label="Copy the line" />
    </>
  );
}
