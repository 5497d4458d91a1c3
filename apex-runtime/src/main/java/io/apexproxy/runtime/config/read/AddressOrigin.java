package io.apexproxy.runtime.config.read;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.runtime.config.address.PortRange;
import io.apexproxy.runtime.config.tree.Problems;
import io.apexproxy.runtime.config.tree.TreeSettings;
import java.util.Optional;

/**
 * The origin of the address of a listener or of the admin endpoint, for messages about valid addresses on which
 * listening fails. The configuration records have no origins, because equal records mean that nothing has changed.
 */
public final class AddressOrigin {

    private static final String KEY = "listen_addr";

    private AddressOrigin() {
    }

    /**
     * Returns the origin and the path of an address of a listener.
     *
     * @param root the tree that the configuration was read from, without mistakes
     * @param listener the name of the listener
     * @param index the index of the address, from 0; a range of ports has several
     * @return {@code config.toml:3:15: listeners.web.listen_addr}; the origin is that of the table if the
     *     address is the default
     */
    public static String ofListener(ConfigTree.Table root, String listener, int index) {
        TreeSettings settings = new TreeSettings(root, "", new Problems());
        boolean full = settings.has("listeners");
        return of(full ? settings.table("listeners").table(listener) : settings, index);
    }

    /**
     * Returns the origin and the path of the address of the admin endpoint.
     *
     * @param root the tree that the configuration was read from, without mistakes
     * @return {@code config.toml:2:15: admin.listen_addr}
     */
    public static String ofAdmin(ConfigTree.Table root) {
        return of(new TreeSettings(root, "", new Problems()).table("admin"), 0);
    }

    private static String of(TreeSettings settings, int index) {
        Optional<ConfigTree> value = settings.value(KEY);
        if (value.isPresent() && value.get() instanceof ConfigTree.Array array) {
            int left = index;
            for (int element = 0; element < array.elements().size(); element++) {
                left -= PortRange.size(array.elements().get(element));
                if (left < 0) {
                    return text(settings.origin(KEY, element), settings.path(KEY, element));
                }
            }
        }
        return text(settings.origin(KEY), settings.path(KEY));
    }

    private static String text(Origin origin, String path) {
        return origin + ": " + path;
    }
}
