/** Tests of the ends that a pool gives to open sessions. */
package io.apexproxy.runtime.pool.sessions;
