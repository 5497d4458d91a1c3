/** Backends for tests of other packages. */
package io.apexproxy.runtime.pool.backend;
