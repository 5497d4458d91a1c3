/**
 * The state of one backend: its address, limit, verdict and traffic.
 *
 * <p>{@link io.apexproxy.runtime.pool.backend.BackendState} is shared by the packages above. Health checks set its
 * verdict, pools pick it and claim connections, the relay counts traffic, and the status page shows it. Load balancers
 * receive it as the {@code Backend} of the API. {@link io.apexproxy.runtime.limit.LocalFailure} recognizes
 * failures that are not caused by a backend.
 */
package io.apexproxy.runtime.pool.backend;
