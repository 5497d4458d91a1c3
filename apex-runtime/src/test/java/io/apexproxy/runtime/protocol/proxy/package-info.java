/** Tests of the PROXY protocol. */
package io.apexproxy.runtime.protocol.proxy;
