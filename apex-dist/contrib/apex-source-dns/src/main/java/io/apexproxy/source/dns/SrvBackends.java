package io.apexproxy.source.dns;

import io.apexproxy.api.source.FoundBackend;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;

/**
 * The backends that SRV records with the addresses of their targets are, as in RFC 2782. Pure.
 *
 * <p>The priorities are numbered from 0, the lowest one, as tiers. If all weights of a priority are 0, all backends of
 * it have the same weight. A target with several addresses is several backends, which share its weight.
 */
final class SrvBackends {

    private SrvBackends() {
    }

    static List<FoundBackend> of(List<SRVRecord> records, Map<Name, List<InetAddress>> addresses) {
        List<Integer> priorities = List.copyOf(new TreeSet<>(records.stream().map(SRVRecord::getPriority).toList()));
        Map<Integer, Boolean> isWeighted = new TreeMap<>();
        records.forEach(record -> isWeighted.merge(record.getPriority(), record.getWeight() > 0, Boolean::logicalOr));
        int factor = factor(records, addresses);
        List<FoundBackend> backends = new ArrayList<>();
        // the first one counts if a target occurs twice
        for (SRVRecord record : records.stream().sorted(Comparator.comparing(SRVRecord::getPriority)).toList()) {
            List<InetAddress> of = addresses.getOrDefault(record.getTarget(), List.of());
            int weight = isWeighted.get(record.getPriority()) ? record.getWeight() : 1;
            int share = factor == 0 || of.isEmpty() ? weight : weight * (factor / of.size());
            for (InetAddress address : of) {
                backends.add(FoundBackend.of(text(address, record.getPort())).withWeight(share)
                        .withTier(priorities.indexOf(record.getPriority()))
                        .withAttributes(Map.of("target", record.getTarget().toString(true))));
            }
        }
        return backends;
    }

    /**
     * Returns the number by which weights are multiplied, so that targets of different numbers of addresses divide them
     * without a rest; 0 if the weights would be too large, which leaves them as they are for each address.
     */
    private static int factor(List<SRVRecord> records, Map<Name, List<InetAddress>> addresses) {
        long factor = 1;
        int greatest = 1;
        for (SRVRecord record : records) {
            int count = Math.max(1, addresses.getOrDefault(record.getTarget(), List.of()).size());
            factor = factor / greatestCommonDivisor(factor, count) * count;
            greatest = Math.max(greatest, record.getWeight());
            if (factor * greatest > FoundBackend.MAX) {
                return 0;
            }
        }
        return (int) factor;
    }

    private static long greatestCommonDivisor(long one, long other) {
        return other == 0 ? one : greatestCommonDivisor(other, one % other);
    }

    static String text(InetAddress address, int port) {
        String host = address.getHostAddress();
        return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
    }
}
