package io.apexproxy.runtime.plugin.unit;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.Set;

/**
 * An open module with a generated descriptor, for a jar without a descriptor.
 *
 * <p>The JDK would create an automatic module. An automatic module reads every module of the host, so a private library
 * would conflict with another version of the same library in the host. An open module reads only the JDK and the shared
 * modules; the layer adds the other modules of the unit.
 */
final class OpenModule extends ModuleReference {

    private final ModuleReference jar;

    private OpenModule(ModuleDescriptor descriptor, ModuleReference jar) {
        super(descriptor, jar.location().orElse(null));
        this.jar = jar;
    }

    /** Creates the module with the name, the packages and the providers that the JDK derives from the jar. */
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
