/** Groups of settings of a pool. */
package io.apexproxy.runtime.config.pool;
