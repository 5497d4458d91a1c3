/**
 * Tests of the admin endpoint: what each path answers to an {@code HttpClient} or to a request made by hand ({@code
 * Answer}), and what the answers say about a proxy that does not exist ({@code Snapshots}). {@code MetricsParser}
 * reads metrics as strictly as the formats are described.
 */
package io.apexproxy.runtime.admin;
