package io.apexproxy.runtime.plugin.unit;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Set;

/**
 * A jar without a descriptor, as an open module with one.
 *
 * <p>Java would make it an automatic module. That reads every module of the host, and then may not be or contain
 * anything that the host has, too: a private library would clash with a version of itself that it is to be kept apart
 * from. This one reads the JDK and what is shared; the layer adds the neighbours.
 */
final class OpenModule extends ModuleReference {

    private final ModuleReference jar;

    private OpenModule(ModuleDescriptor descriptor, ModuleReference jar) {
        super(descriptor, jar.location().orElse(null));
        this.jar = jar;
    }

    /** Makes the module, with the name, the packages and the providers that Java finds in the jar. */
    static OpenModule of(ModuleReference jar, Set<String> shared, ModuleLayer host) {
        ModuleDescriptor automatic = jar.descriptor();
        ModuleDescriptor.Builder open = ModuleDescriptor.newOpenModule(automatic.name()).packages(automatic.packages());
        automatic.version().ifPresent(open::version);
        automatic.provides().forEach(open::provides);
        shared.forEach(open::requires);
        ModuleFinder.ofSystem().findAll().stream().map(module -> module.descriptor().name())
                .filter(name -> host.findModule(name).isPresent()).forEach(open::requires);
        return new OpenModule(open.build(), jar);
    }

    @Override
    public ModuleReader open() throws IOException {
        return jar.open();
    }
}
