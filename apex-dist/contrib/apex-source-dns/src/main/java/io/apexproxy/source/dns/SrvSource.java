package io.apexproxy.source.dns;

import io.apexproxy.api.source.BackendSource;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** Looks up SRV records, and the addresses of targets that are not in the answer. */
final class SrvSource implements BackendSource {

    private final Name name;
    private final Resolver resolver;
    private final TargetAddresses targets;
    private final MissingName missing = new MissingName();

    /** Creates a source. The clock is one of nanoseconds, as {@link System#nanoTime}. */
    SrvSource(Name name, Resolver resolver, ExecutorService executor, LongSupplier nanoTime) {
        this.name = name;
        this.resolver = resolver;
        this.targets = new TargetAddresses(resolver, executor, nanoTime);
    }

    @Override
    public Answer find() throws IOException, InterruptedException {
        Resolver.Found found = resolver.lookUp(name, Type.SRV);
        missing.check(name, found.response());
        List<SRVRecord> records = found.response().records().stream().map(SRVRecord.class::cast)
                .filter(record -> !record.getTarget().equals(Name.root)).toList(); // RFC 2782: no such service
        Map<Name, List<InetAddress>> known = additional(found.additional());
        Set<Name> unknown = new LinkedHashSet<>();
        records.stream().map(SRVRecord::getTarget).filter(target -> !known.containsKey(target)).forEach(unknown::add);
        known.putAll(targets.of(unknown));
        Optional<Duration> validity = Stream.of(Response.validity(ttl(found)), targets.validity())
                .flatMap(Optional::stream).min(Duration::compareTo);
        return new Answer(SrvBackends.of(records, known), validity);
    }

    private static long ttl(Resolver.Found found) {
        return found.additional().stream().filter(ARecord.class::isInstance).mapToLong(Record::getTTL)
                .reduce(found.response().ttlSeconds(), SrvSource::least);
    }

    private static long least(long one, long other) {
        return one < 0 ? other : other < 0 ? one : Math.min(one, other);
    }

    /** Returns the addresses of IPv4 that the server has added. Others are looked up. */
    private static Map<Name, List<InetAddress>> additional(List<Record> records) {
        Map<Name, Set<InetAddress>> found = new HashMap<>();
        records.stream().filter(ARecord.class::isInstance).forEach(record -> found
                .computeIfAbsent(record.getName(), name -> new LinkedHashSet<>()).add(((ARecord) record).getAddress()));
        Map<Name, List<InetAddress>> lists = new HashMap<>();
        found.forEach((name, all) -> lists.put(name, List.copyOf(all)));
        return lists;
    }
}
