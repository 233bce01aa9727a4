/** Puts one question to a Postgres of our own, on a connection of its own; resolves to the first value of its answer. Rejects when there is none within `withinMs`. */
export async function askPostgres(
  url: string,
  question: string,
  values: readonly unknown[] = [],
  withinMs = 1_000,
): Promise<unknown> {
  const { Client } = (await import('pg')).default;
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  });
  // A connection that breaks between two answers rejects the call that waits for the second.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query({ text: question, values: [...values], rowMode: 'array' });
    return rows[0]?.[0];
  } finally {
    await client.end();
  }
}
