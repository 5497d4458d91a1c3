/** Tests of the schedule of probes, the counting of observations, the log of verdicts and the limit of probes. */
package io.apexproxy.runtime.pool.health;
