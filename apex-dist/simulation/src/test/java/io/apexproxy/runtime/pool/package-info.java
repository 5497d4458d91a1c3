/** Tests of pools in virtual time. */
package io.apexproxy.runtime.pool;
