package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.config.toml.TomlTrees;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conversion of keys and values to one configuration tree. The keys are:
 * <ul>
 * <li>{@code listeners/NAME}: TOML, the content of {@code [listeners.NAME]} in a file
 * <li>{@code pools/NAME}: TOML, the content of {@code [pools.NAME]}, where {@code backends} is optional. The key itself
 *     is optional if the pool has backends and all other settings have their defaults
 * <li>{@code pools/NAME/backends/NAME}: an address, or TOML with {@code address} and other settings
 * <li>{@code config}: TOML, the short form with {@code backend_addrs}
 * </ul>
 *
 * <p>Documents that did not change are not parsed again. Not thread-safe.
 */
final class Documents {

    /**
     * In bytes; more than the default limit of etcd, 1.5 MiB. Parsing needs about 90 bytes of heap per byte, as
     * measured.
     */
    static final long MAX_BYTES = Math.min(4 << 20, Runtime.getRuntime().maxMemory() / 128);

    private static final String CONFIG = "config";
    private static final String BACKENDS = "backends";
    private static final Pattern KEY =
            Pattern.compile(CONFIG + "|listeners/[^/]+|pools/[^/]+(?:/backends/(?<backend>[^/]+))?");

    private final String prefix;
    private Map<String, Parsed> parsed = new HashMap<>();

    /** A parsed document and the value from which it was parsed. */
    private record Parsed(String value, ConfigTree.Table tree) {
    }

    Documents(String prefix) {
        this.prefix = prefix;
    }

    /** Combines all documents into one result. All problems are reported, each with its key. */
    ReadResult read(Snapshot snapshot) {
        Assembly assembly = new Assembly();
        Map<String, Parsed> current = new HashMap<>();
        for (String key : snapshot.values().keySet()) {
            try {
                Parsed before = parsed.get(key);
                Parsed now = before != null && before.value().equals(snapshot.values().get(key))
                        ? before : new Parsed(snapshot.values().get(key), parse(key, snapshot.bytes(key)));
                current.put(key, now);
                assembly.add(key.substring(prefix.length()), now.tree());
            } catch (ConfigException e) {
                assembly.problems.addAll(e.problems());
            }
        }
        parsed = current;
        return assembly.problems.isEmpty() ? new ReadResult.Parsed(snapshot.revision(), assembly.tree())
                : new ReadResult.Failed(snapshot.revision(), new ConfigException(assembly.problems));
    }

    private ConfigTree.Table parse(String key, byte[] value) {
        String source = "etcd:" + key;
        if (value.length > MAX_BYTES) {
            throw new ConfigException(Origin.of(source), "expected at most " + MAX_BYTES + " bytes, found "
                    + value.length + ": divide the document, give the JVM more heap, or delete the key if it does not"
                    + " belong to Apex");
        }
        String text = text(source, value);
        Matcher path = KEY.matcher(key.substring(prefix.length()));
        if (!path.matches()) {
            throw new ConfigException(Origin.of(source), ("expected a key such as %slisteners/web, %1$spools/web,"
                    + " %1$spools/web/backends/app1 or %1$sconfig: delete it, or write it outside of %1$s")
                    .formatted(prefix));
        }
        String backend = path.group("backend");
        return backend == null ? TomlTrees.parse(source, text) : backend(source, backend, text);
    }

    private static ConfigTree.Table backend(String source, String name, String text) {
        Origin origin = Origin.of(source);
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        members.put("name", member(origin, new ConfigTree.Scalar(name, origin)));
        if (text.startsWith("{") || text.contains("=")) {
            ConfigTree.Table table = text.startsWith("{")
                    ? TomlTrees.parseInlineTable(source, text) : TomlTrees.parse(source, text);
            table.members().forEach((key, member) -> {
                if (members.put(key, member) != null) {
                    throw new ConfigException(member.key(), "name: the key already contains it; remove it here");
                }
            });
        } else {
            Origin start = new Origin(source, 1, 1);
            members.put("address", member(start, new ConfigTree.Scalar(text.strip(), start)));
        }
        return new ConfigTree.Table(members, origin);
    }

    private static String text(String source, byte[] value) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(Origin.of(source), "expected UTF-8, found other bytes: write the value again");
        }
    }

    private static ConfigTree.Member member(Origin key, ConfigTree value) {
        return new ConfigTree.Member(key, value);
    }

    /** Builder of the tree. */
    private final class Assembly {

        private final List<ConfigProblem> problems = new ArrayList<>();
        private final Map<String, ConfigTree.Member> root = new LinkedHashMap<>();
        private final Map<String, ConfigTree.Member> listeners = new TreeMap<>();
        private final Map<String, ConfigTree.Table> pools = new TreeMap<>();
        private final Map<String, List<ConfigTree>> backends = new TreeMap<>();

        void add(String path, ConfigTree.Table document) {
            String[] parts = path.split("/");
            if (path.equals(CONFIG)) {
                document.members().forEach(this::addToRoot);
            } else if (parts.length > 2) {
                backends.computeIfAbsent(parts[1], pool -> new ArrayList<>()).add(document);
            } else if (parts[0].equals("listeners")) {
                listeners.put(parts[1], member(document.origin(), document));
            } else {
                pools.put(parts[1], document);
            }
        }

        private void addToRoot(String key, ConfigTree.Member member) {
            if (key.equals("listeners") || key.equals("pools")) {
                problems.add(new ConfigProblem(member.key(), "%s: expected a key in etcd for each, such as %s%1$s/web"
                        .formatted(key, prefix)));
            }
            root.put(key, member);
        }

        ConfigTree.Table tree() {
            Map<String, ConfigTree.Member> all = new TreeMap<>();
            pools.keySet().forEach(name -> all.put(name, pool(name, List.of())));
            backends.forEach((name, registered) -> all.put(name, pool(name, registered)));
            Origin origin = Origin.of("etcd:" + prefix);
            put("listeners", listeners, origin);
            put("pools", all, origin);
            return new ConfigTree.Table(root, origin);
        }

        private void put(String key, Map<String, ConfigTree.Member> members, Origin origin) {
            if (!members.isEmpty()) {
                root.put(key, member(origin, new ConfigTree.Table(members, origin)));
            }
        }

        /** Returns a pool with the backends of its document, followed by the backends with their own keys. */
        private ConfigTree.Member pool(String name, List<ConfigTree> registered) {
            Origin origin = Origin.of("etcd:" + prefix + "pools/" + name);
            Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
            if (pools.containsKey(name)) {
                members.putAll(pools.get(name).members());
            }
            members.putIfAbsent(BACKENDS, member(origin, new ConfigTree.Array(List.of(), origin)));
            ConfigTree.Member written = members.get(BACKENDS);
            if (written.value() instanceof ConfigTree.Array array) { // the runtime reports other types
                List<ConfigTree> all = new ArrayList<>(array.elements());
                all.addAll(registered);
                members.put(BACKENDS, member(written.key(), new ConfigTree.Array(all, written.key())));
            }
            return member(origin, new ConfigTree.Table(members, origin));
        }
    }
}
