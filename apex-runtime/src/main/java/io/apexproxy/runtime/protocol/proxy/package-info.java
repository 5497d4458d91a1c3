/** The PROXY protocol, versions 1 and 2. */
package io.apexproxy.runtime.protocol.proxy;
