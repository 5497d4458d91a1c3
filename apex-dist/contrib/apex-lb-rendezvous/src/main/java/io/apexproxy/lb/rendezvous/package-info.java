/**
 * The rendezvous load balancer: session affinity by client address, without a table of clients or backends.
 *
 * <p>{@code ClientHash} computes a number for a client. {@code RendezvousPicker} gives each backend a score for that
 * number, and the best score wins. A change of the set or of a weight moves only the clients of the share that changed.
 */
package io.apexproxy.lb.rendezvous;
