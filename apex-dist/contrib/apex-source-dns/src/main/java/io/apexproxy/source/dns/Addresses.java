package io.apexproxy.source.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Look-ups of the addresses of names: those of IPv4, or those of IPv6 if there are none. */
final class Addresses {

    /** The names that are looked up at the same time. */
    private static final int PARALLEL = 8;

    private final Resolver resolver;

    Addresses(Resolver resolver) {
        this.resolver = resolver;
    }

    /**
     * The addresses of a name.
     *
     * @param addresses in the order of the answer; empty if the name has none
     * @param response the response with them, or the last one without
     */
    record Found(List<InetAddress> addresses, Response response) {
    }

    Found of(Name name) throws IOException {
        Resolver.Found version4 = resolver.lookUp(name, Type.A);
        if (version4.response().kind() == Response.Kind.NO_DATA) {
            Resolver.Found version6 = resolver.lookUp(name, Type.AAAA);
            return new Found(addresses(version6.response().records()), version6.response());
        }
        return new Found(addresses(version4.response().records()), version4.response());
    }

    /** Returns the addresses of each name. A name that does not exist has none. Throws if one has no answer. */
    Map<Name, Found> of(Set<Name> names, ExecutorService executor) throws IOException, InterruptedException {
        List<Name> all = List.copyOf(names);
        Map<Name, Found> found = new HashMap<>();
        List<Future<Map<Name, Found>>> parts = new ArrayList<>();
        for (int part = 0; part < Math.min(PARALLEL, all.size()); part++) {
            int first = part;
            Callable<Map<Name, Found>> work = () -> {
                Map<Name, Found> some = new HashMap<>();
                for (int index = first; index < all.size(); index += PARALLEL) {
                    some.put(all.get(index), of(all.get(index)));
                }
                return some;
            };
            parts.add(executor.submit(work));
        }
        try {
            for (Future<Map<Name, Found>> part : parts) {
                found.putAll(part.get());
            }
            return found;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (CancellationException e) {
            throw new IOException("closed", e);
        } finally {
            parts.forEach(part -> part.cancel(true)); // without effect on those that are complete
        }
    }

    static List<InetAddress> addresses(List<? extends Record> records) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (Record record : records) {
            if (record instanceof ARecord version4) {
                addresses.add(version4.getAddress());
            } else if (record instanceof AAAARecord version6) {
                addresses.add(version6.getAddress());
            }
        }
        return List.copyOf(addresses);
    }
}
