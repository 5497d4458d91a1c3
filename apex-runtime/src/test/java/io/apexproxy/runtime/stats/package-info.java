/** Tests, stress tests and benchmarks of counters, histograms and limits. */
package io.apexproxy.runtime.stats;
