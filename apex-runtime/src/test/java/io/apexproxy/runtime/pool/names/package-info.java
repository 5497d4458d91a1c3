/** Tests of name look-ups and of the choice of addresses. */
package io.apexproxy.runtime.pool.names;
