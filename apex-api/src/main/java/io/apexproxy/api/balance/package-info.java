/**
 * Load balancing: a function from the set of healthy backends to a picker.
 *
 * <p>A complete plugin:
 * <pre>{@code
 * public final class FirstProvider implements LoadBalancerProvider {
 *     public String name() { return "first"; }
 *     public LoadBalancer create(Settings settings, PluginContext context) {
 *         return healthy -> connection -> healthy.get(0);
 *     }
 * }
 * }</pre>
 * with the descriptor
 * <pre>{@code
 * module com.example.first {
 *     requires io.apexproxy.api;
 *     provides io.apexproxy.api.balance.LoadBalancerProvider with com.example.first.FirstProvider;
 * }
 * }</pre>
 *
 * <p>The split in two steps keeps plugins free of locks: {@code over} runs off the hot path and may build any table it
 * likes; the picker it returns is a snapshot that event loops share. A plugin that throws, returns {@code null} or
 * hangs harms its own pool's decision only: the runtime logs it and picks in turn instead.
 */
package io.apexproxy.api.balance;
