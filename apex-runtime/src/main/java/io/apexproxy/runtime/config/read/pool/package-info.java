/** Readers of groups of settings of a pool. */
package io.apexproxy.runtime.config.read.pool;
