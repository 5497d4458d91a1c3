package io.apexproxy.lb.sourcehash;

import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;

/**
 * The provider of the load balancer {@code source-hash}.
 *
 * <p>Settings, both optional: {@code prefix_v4} and {@code prefix_v6}, the number of leading bits of the client address
 * that are hashed, 32 and 64 by default.
 *
 * @since 0.1
 */
public final class SourceHashProvider implements LoadBalancerProvider {

    private static final int BITS_V4 = 32;
    private static final int BITS_V6 = 128;

    /** The prefix length of the network of a single IPv6 host, within which it changes its address (RFC 8981). */
    private static final int DEFAULT_PREFIX_V6 = 64;

    /** Creates the provider. */
    public SourceHashProvider() {
    }

    @Override
    public String name() {
        return "source-hash";
    }

    @Override
    public String description() {
        return "the same backend for the same client address";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        return new SourceHash(new ClientKey(
                (int) settings.integer("prefix_v4", 1, BITS_V4, BITS_V4),
                (int) settings.integer("prefix_v6", 1, BITS_V6, DEFAULT_PREFIX_V6)));
    }
}
