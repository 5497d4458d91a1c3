/**
 * What the proxy knows of one backend: its address, its limit, its verdict and its traffic.
 *
 * <p>{@link io.apexproxy.runtime.pool.backend.BackendState} is shared by the packages above: health changes the
 * verdict, pools pick it and claim connections, the relay counts traffic, the status page shows it. Load balancers get
 * it as the {@code Backend} of the API. {@link io.apexproxy.runtime.limit.LocalFailure} decides which failures are no
 * observation about a backend.
 */
package io.apexproxy.runtime.pool.backend;
