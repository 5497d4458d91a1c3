package io.apexproxy.config.toml;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlArray;
import org.tomlj.TomlKeyValue;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlValue;

/**
 * Converter from the parser's tables to {@link ConfigTree}.
 *
 * <p>The parser provides the position of each value, with two exceptions. For a part of a dotted key or header it
 * provides the start of the whole; this class adds the offset of the part. For a table that is only implied by a dotted
 * key or by a later header it provides no position; this class uses that of the key.
 */
final class TreeBuilder {

    private final Origins origins;
    private final SourceText text;

    TreeBuilder(Origins origins, SourceText text) {
        this.origins = origins;
        this.text = text;
    }

    ConfigTree.Table root(TomlTable table) {
        return new ConfigTree.Table(members(table, 0, 0), origins.whole());
    }

    /**
     * Builds the members of a table.
     *
     * @param depth the number of keys on the path of the table, which is the index of its keys in a header
     * @param base the number of keys on the path of the table that contains the start of the dotted keys
     */
    private Map<String, ConfigTree.Member> members(TomlTable table, int depth, int base) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            TomlKeyValue entry = table.entry(List.of(key));
            TomlPosition start = entry.position();
            int part = text.at(start) == '[' ? depth : depth - base;
            Origin origin = origins.at(start.line(), text.columnOfPart(start, part));
            members.put(key, new ConfigTree.Member(origin, value(entry.value(), origin, depth + 1, base)));
        }
        return members;
    }

    private ConfigTree value(TomlValue value, Origin key, int depth, int base) {
        if (value.isTable()) {
            return isWritten(value)
                    ? new ConfigTree.Table(members(value.getTable(), depth, depth), origin(value))
                    : new ConfigTree.Table(members(value.getTable(), depth, base), key);
        }
        if (value.isArray()) {
            return new ConfigTree.Array(elements(value.getArray(), key, depth, base), origin(value));
        }
        return new ConfigTree.Scalar(scalar(value), origin(value));
    }

    private List<ConfigTree> elements(TomlArray array, Origin key, int depth, int base) {
        List<ConfigTree> elements = new ArrayList<>(array.size());
        for (int index = 0; index < array.size(); index++) {
            elements.add(value(array.entry(index).value(), key, depth, base));
        }
        return elements;
    }

    private Object scalar(TomlValue value) {
        boolean common = value.isString() || value.isLong() || value.isDouble() || value.isBoolean();
        return common ? value.get() : text.dateOrTime(value.position());
    }

    /** Returns whether a table has its own header or brace. */
    private boolean isWritten(TomlValue table) {
        TomlPosition position = table.position(); // null if only a later header implies the table
        return position != null && (text.at(position) == '[' || text.at(position) == '{');
    }

    private Origin origin(TomlValue value) {
        return origins.at(value.position().line(), value.position().column());
    }
}
