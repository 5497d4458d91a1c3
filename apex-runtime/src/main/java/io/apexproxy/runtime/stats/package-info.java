/**
 * Counters, histograms and limits that event loops update without contention: each loop writes in a lane of its own,
 * and any thread reads the sum of the lanes.
 */
package io.apexproxy.runtime.stats;
