-- Who bought what, for how much. Money is whole cents; times are milliseconds since 1970, UTC.
-- A customer or product that is only known from purchases has counts and no name; one that never sold has a name and no
-- counts. Lists hold those with a name, so their indexes do too. The *_key columns are names as they are compared.

CREATE TABLE customer_sales (
    id TEXT PRIMARY KEY, first_name TEXT, last_name TEXT, first_key TEXT, name_key TEXT,
    purchase_count INTEGER NOT NULL DEFAULT 0, total_spent INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX customers_by_id ON customer_sales (id) WHERE name_key IS NOT NULL;
CREATE INDEX customers_by_first_name ON customer_sales (first_key, id) WHERE name_key IS NOT NULL;
CREATE INDEX customers_by_last_name ON customer_sales (name_key, id) WHERE name_key IS NOT NULL;
CREATE INDEX customers_by_count ON customer_sales (purchase_count, id) WHERE name_key IS NOT NULL;
CREATE INDEX customers_by_total ON customer_sales (total_spent, id) WHERE name_key IS NOT NULL;

CREATE TABLE customer_words (id TEXT, word TEXT, PRIMARY KEY (id, word)) STRICT, WITHOUT ROWID;
CREATE INDEX customers_by_word ON customer_words (word, id);

CREATE TABLE product_sales (
    id TEXT PRIMARY KEY, name TEXT, name_key TEXT, price INTEGER,
    purchase_count INTEGER NOT NULL DEFAULT 0, customer_count INTEGER NOT NULL DEFAULT 0,
    total_spent INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX products_by_id ON product_sales (id) WHERE name_key IS NOT NULL;
CREATE INDEX products_by_name ON product_sales (name_key, id) WHERE name_key IS NOT NULL;
CREATE INDEX products_by_price ON product_sales (price, id) WHERE name_key IS NOT NULL;
CREATE INDEX products_by_count ON product_sales (purchase_count, id) WHERE name_key IS NOT NULL;
CREATE INDEX products_by_customers ON product_sales (customer_count, id) WHERE name_key IS NOT NULL;
CREATE INDEX products_by_total ON product_sales (total_spent, id) WHERE name_key IS NOT NULL;

CREATE TABLE product_words (id TEXT, word TEXT, PRIMARY KEY (id, word)) STRICT, WITHOUT ROWID;
CREATE INDEX products_by_word ON product_words (word, id);

CREATE TABLE product_customers (
    product_id TEXT, customer_id TEXT, purchase_count INTEGER NOT NULL, PRIMARY KEY (product_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE sale (
    id TEXT PRIMARY KEY, customer_id TEXT NOT NULL, product_id TEXT NOT NULL,
    amount INTEGER NOT NULL, time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sales_by_time ON sale (time, id);
CREATE INDEX sales_by_amount ON sale (amount, id);
CREATE INDEX sales_of_customer_by_time ON sale (customer_id, time, id);
CREATE INDEX sales_of_customer_by_amount ON sale (customer_id, amount, id);
CREATE INDEX sales_of_product_by_time ON sale (product_id, time, id);
CREATE INDEX sales_of_product_by_amount ON sale (product_id, amount, id);

-- grain: how many milliseconds of time, from start on, the counts are about.
CREATE TABLE sales_over_time (
    grain INTEGER, start INTEGER, purchase_count INTEGER NOT NULL, total INTEGER NOT NULL,
    PRIMARY KEY (grain, start)
) STRICT, WITHOUT ROWID;
