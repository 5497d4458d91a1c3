/** Tests of look-ups of names, and of the choice among many addresses. */
package io.apexproxy.runtime.pool.names;
