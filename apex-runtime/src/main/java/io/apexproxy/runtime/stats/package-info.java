/**
 * Counters, histograms and limits for event loops. Loops update counters and histograms without contention: each loop
 * writes to a separate lane, and any thread can read the sum of the lanes.
 */
package io.apexproxy.runtime.stats;
