/** Test helpers for backends. */
package io.apexproxy.runtime.pool.backend;
