/** Tests of the arithmetic of probes and verdicts, of their log and of the limit of concurrent probes. */
package io.apexproxy.runtime.pool.health;
