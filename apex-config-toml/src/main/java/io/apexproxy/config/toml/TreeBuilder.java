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
 * Turns the parser's tables into ours.
 *
 * <p>The parser gives the exact place of each value, with two gaps that are filled here. The place of a key is that of
 * the dotted key or header it belongs to; its own is found by the number of parts before it. A table that is only
 * implied, by a dotted key or by a header below it, has no place of its own; it gets that of its key.
 */
final class TreeBuilder {

    private final Places places;
    private final SourceText text;

    TreeBuilder(Places places, SourceText text) {
        this.places = places;
        this.text = text;
    }

    ConfigTree.Table root(TomlTable table) {
        return new ConfigTree.Table(members(table, 0, 0), places.whole());
    }

    /**
     * Builds the members of a table.
     *
     * @param depth the number of keys that lead to the table: where its keys stand in a header
     * @param base the number of keys that lead to the table in whose body dotted keys begin
     */
    private Map<String, ConfigTree.Member> members(TomlTable table, int depth, int base) {
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        for (String key : table.keySet()) {
            TomlKeyValue entry = table.entry(List.of(key));
            TomlPosition start = entry.position();
            int part = text.at(start) == '[' ? depth : depth - base;
            Origin place = places.at(start.line(), text.columnOfPart(start, part));
            members.put(key, new ConfigTree.Member(place, value(entry.value(), place, depth + 1, base)));
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

    /** Tells whether a table has a header or a brace of its own. */
    private boolean isWritten(TomlValue table) {
        TomlPosition place = table.position(); // null where only a header below implies the table
        return place != null && (text.at(place) == '[' || text.at(place) == '{');
    }

    private Origin origin(TomlValue value) {
        return places.at(value.position().line(), value.position().column());
    }
}
