import { Modal } from '@mantine/core'
import classes from '@/features/readings/review/keys-help.module.css'

const groups: { title: string; keys: [keys: string[], does: string][] }[] = [
  {
    title: 'Check',
    keys: [
      [['0 – 9'], 'What the digit is; on to the next one in doubt'],
      [['Tab', 'Shift Tab', '←', '→'], 'To the next digit or the one before'],
      [['Enter'], 'Accept the number; on to the next picture'],
      [['X'], 'It is not a digit'],
      [['U'], 'Nobody can tell what it is'],
      [['Z', 'Ctrl Z'], 'Take the last step back'],
    ],
  },
  {
    title: 'The whole picture',
    keys: [
      [['T'], 'Type the whole number'],
      [['Shift X'], 'There is no number in it'],
      [['Shift U'], 'Nobody can read it'],
      [['PgDn', 'PgUp'], 'Skip it, or go back one'],
      [['W'], 'See the whole page, or the line'],
    ],
  },
  {
    title: 'Cut anew',
    keys: [
      [['S'], 'Split the box in two'],
      [['M'], 'Merge it with the next one'],
      [['R'], 'Redraw it: drag, or arrows to move and Shift with arrows to size'],
    ],
  },
  {
    title: 'Around',
    keys: [
      [['?'], 'Show these keys'],
      [['Esc'], 'Leave what is begun, or the review'],
    ],
  },
]

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys of the review"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.groups}>
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3 className={classes.title}>{title}</h3>
            <dl className={classes.keys}>
              {keys.map(([names, does]) => (
                <div key={does} className={classes.row}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
