/** Pools in virtual time. */
package io.apexproxy.runtime.pool;
