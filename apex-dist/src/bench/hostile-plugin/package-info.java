/** Plugins that violate their contracts, for the attack suite. */
package io.apexproxy.bench.hostile;
