/** Tests, stress tests and benchmarks of the rate and of the limits per client. */
package io.apexproxy.runtime.routing;
