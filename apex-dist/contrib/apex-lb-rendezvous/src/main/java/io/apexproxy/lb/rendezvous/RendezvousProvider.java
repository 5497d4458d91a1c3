package io.apexproxy.lb.rendezvous;

import io.apexproxy.api.Backend;
import io.apexproxy.api.PluginContext;
import io.apexproxy.api.Settings;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.balance.LoadBalancerProvider;
import java.util.List;

/**
 * The provider of the load balancer {@code rendezvous}.
 *
 * <p>Settings, all optional: {@code prefix_v4} and {@code prefix_v6}, the number of leading bits of the client address
 * that are hashed, 32 and 64 by default; {@code balance_factor}, the bound of the load in percent of the average, or 0,
 * the default, for no bound.
 *
 * @since 0.2
 */
public final class RendezvousProvider implements LoadBalancerProvider {

    private static final int BITS_V4 = 32;
    private static final int BITS_V6 = 128;

    /** The prefix length of the network of a single IPv6 host, within which it changes its address (RFC 8981). */
    private static final int DEFAULT_PREFIX_V6 = 64;

    private static final String BALANCE_FACTOR = "balance_factor";

    /** With 100 percent, all backends would have equal numbers of connections, and clients would move all the time. */
    private static final int LEAST_FACTOR = 101;

    /** A larger factor bounds nothing with fewer than 100 backends. */
    private static final int GREATEST_FACTOR = 10_000;

    /** Creates the provider. */
    public RendezvousProvider() {
    }

    @Override
    public String name() {
        return "rendezvous";
    }

    @Override
    public String description() {
        return "the same backend for the same client address, with a bound of the load";
    }

    @Override
    public LoadBalancer create(Settings settings, PluginContext context) {
        ClientHash clients = new ClientHash(
                (int) settings.integer("prefix_v4", 1, BITS_V4, BITS_V4),
                (int) settings.integer("prefix_v6", 1, BITS_V6, DEFAULT_PREFIX_V6));
        int factor = (int) settings.integer(BALANCE_FACTOR, 0, GREATEST_FACTOR, 0);
        if (factor > 0 && factor < LEAST_FACTOR) {
            throw settings.invalid(BALANCE_FACTOR, "expected 0, or percent of the average load from " + LEAST_FACTOR
                    + " to " + GREATEST_FACTOR + " such as 125, found " + factor);
        }
        return new LoadBalancer() {
            @Override
            public BackendPicker over(List<Backend> healthy) {
                return new RendezvousPicker(healthy, clients, factor);
            }

            @Override
            public boolean ignoresSlowStart() {
                return true;
            }
        };
    }
}
