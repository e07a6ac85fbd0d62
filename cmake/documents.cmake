# What is installed beside the programs: manual pages, completion, examples.
install(FILES docs/man/fohd.1 docs/man/fohctl.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES docs/man/fohd.yaml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES completions/fohd completions/fohctl DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY config/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/fohd)
